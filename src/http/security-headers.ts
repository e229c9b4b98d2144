/** What every reply tells a browser: nothing may be guessed, framed, cached or loaded from elsewhere. */

/** For the API: a reply is data and never a page. */
export const API_HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["cache-control", "no-store"],
  [
    "content-security-policy",
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  ],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"],
  ["referrer-policy", "no-referrer"],
  ["strict-transport-security", "max-age=31536000; includeSubDomains"],
  ["x-content-type-options", "nosniff"],
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
