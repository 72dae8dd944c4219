/** What OpenStack services share. */
export { ApiComponent, apiValues } from './api-component';
export { Bootstrap, bootstrapValues } from './bootstrap';
export { Cache } from './cache';
export { Component } from './component';
export { Database } from './database';
export { FernetKeys } from './fernet-keys';
export { global } from './global';
export { IdentityRegistration, identityUrls } from './identity';
export { Messaging } from './messaging';
export { ServerComponent } from './server-component';
export { Service, ownPasswords, serviceValues } from './service';
