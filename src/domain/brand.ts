/** A nominal type: only the constructor beside each brand makes one. */
declare const brand: unique symbol;
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
