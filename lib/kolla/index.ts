/** The contract of Kolla's images: names, users, passwords, how containers start. */
export { DISTROS, START_MODES } from './image';
export { RELEASES } from './releases';
export { PASSWORDS } from './passwords';
export type { PasswordName } from './passwords';
export { KOLLA_USERS } from './users';
export type { KollaUser } from './users';
