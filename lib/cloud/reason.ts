/** What a system says by its codes, in words. */
const WORDS: { readonly [code: string]: string } = {
  EACCES: 'you have no rights to it',
  EPERM: 'you have no rights to it',
  EROFS: 'it is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left to you',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'what should be a folder on its path is a file',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already',
};

/** Why something failed. Without the path, which Node's own words repeat: whoever tells it has named the file. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words = WORDS[code ?? ''];
  return words === undefined ? message : `${words} (${code})`;
}
