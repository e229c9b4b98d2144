/** The one object that knows all gateways: there are at most 64, and whoever connects asks it once. */
export const GATEWAY_DIRECTORY = "gateways";
