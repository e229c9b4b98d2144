/** Who asks the keyring, and for whom they may. */

export type Caller = { readonly tenant: string; readonly subject: string };

/** The holder of the root key. No key of the ring has this id, all of which are 16 hex digits. */
export const ROOT_SUBJECT = "root";

export const mayActFor = ({ tenant, subject }: Caller, owner: string): boolean =>
  subject === ROOT_SUBJECT || tenant === owner;
