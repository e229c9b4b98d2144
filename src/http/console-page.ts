/** The page of the Console. Everything it loads is a file of ours. */
export const CONSOLE_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="dark light">
    <title>Outcry</title>
    <link rel="icon" type="image/svg+xml" href="/console/mark.svg">
    <link rel="stylesheet" href="/console/console.css">
    <script src="/console/theme.js"></script>
  </head>
  <body>
    <div id="console"></div>
    <noscript>The Console needs JavaScript. The API does not: see /docs.</noscript>
    <script src="/console/main.js" type="module"></script>
  </body>
</html>
`;
