/** Starts the documentation page. A script of its own, since the page allows none inside itself. */
globalThis.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  tryItOutEnabled: true,
  // The validator is another host.
  validatorUrl: null,
  // A key belongs to whoever typed it in, for as long as the page is open.
  persistAuthorization: false,
});
