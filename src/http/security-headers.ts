/** What replies tell a browser: nothing may be guessed, framed, cached or loaded from elsewhere. */

type HeaderList = readonly (readonly [name: string, value: string])[];

/** On every reply. Nearly all are data, and each header of one costs as much as a check of an order. */
export const REPLY_HEADERS: HeaderList = [
  ["cache-control", "no-store"],
  [
    "content-security-policy",
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  ],
  ["cross-origin-resource-policy", "same-origin"],
  ["strict-transport-security", "max-age=31536000; includeSubDomains"],
  ["x-content-type-options", "nosniff"],
];

/** Beside them on a page: what they forbid only a page can do. */
export const PAGE_HEADERS: HeaderList = [
  ["cross-origin-opener-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["referrer-policy", "no-referrer"],
  ["x-frame-options", "DENY"],
];

/** For pages of ours: scripts, styles and calls from this origin alone; images also inline, as style sheets hold them. */
export const PAGE_CONTENT_SECURITY_POLICY = pagePolicy("'self'");

/** The one style element of lightweight-charts, which places the attribution in the chart, by the digest of its text. */
const CHART_STYLE = "'sha256-3pRED1tOXas1FXFoPb9TGCjmYe9XQsmO9OV23khV2nY='";
/** For the Console: as for any page of ours, and that style. */
export const CONSOLE_CONTENT_SECURITY_POLICY = pagePolicy(`'self' ${CHART_STYLE}`);

function pagePolicy(styles: string): string {
  return (
    `default-src 'none'; script-src 'self'; style-src ${styles}; img-src 'self' data:; font-src 'self'; ` +
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
  );
}
