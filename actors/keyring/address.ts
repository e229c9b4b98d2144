/** The one object that holds all keys: the edge remembers what it verified for some seconds, so few calls come here. */
export const KEYRING = "keyring";
