/** Who may import whom, as dependency-cruiser rules. scripts/boundaries.ts runs them. */
const core = "^actors/(?!runtime/)([^/]+)/(?:(?:state|events|decide|apply)\\.ts$|checks/)";
const shell = "^actors/([^/]+)/\\1\\.ts$";
const npm = "node_modules/";
const edge = "^src/(?:routes|http)/";

/** `from` may not import what matches `to`. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    forbid("no-cycles", "A cycle has no first file to read.", {}, { circular: true }),
    forbid(
      "no-unknown-module",
      "An import that is not found would hide every rule about it.",
      {},
      { couldNotResolve: true, pathNot: "^(?:cloudflare|node):" },
    ),
    forbid(
      "domain-imports-nothing",
      "The vocabulary stands on its own.",
      { path: "^src/domain/" },
      { pathNot: "^src/domain/" },
    ),
    forbid(
      "quant-imports-domain-only",
      "Numerics know no actor and no route.",
      { path: "^src/quant/" },
      { path: ["^src/(?!quant/|domain/)", "^actors/"] },
    ),
    forbid(
      "contracts-import-domain-only",
      "The public shapes depend on no implementation.",
      { path: "^src/contracts/" },
      { path: ["^src/(?!contracts/|domain/)", "^actors/"] },
    ),
    forbid(
      "feeds-import-no-platform",
      "A feed turns a venue's messages into ticks; who takes the ticks is not its matter.",
      { path: "^src/feeds/" },
      { path: ["^src/(?!feeds/|domain/|quant/|contracts/)", "^actors/"] },
    ),
    forbid(
      "core-is-pure",
      "State, events, decide, apply and checks see their own folder, the vocabulary, the numerics and escrow.",
      { path: core },
      {
        pathNot: ["^actors/$1/", "^src/(?:domain|quant)/", "^actors/runtime/(?:bounds\\.ts$|escrow/)"],
      },
    ),
    forbid(
      "escrow-is-pure",
      "What a parent grants and a child holds is part of the core of every actor that has either.",
      { path: "^actors/runtime/escrow/" },
      { pathNot: ["^actors/runtime/(?:escrow/|(?:bounds|envelope|reply)\\.ts$)", "^src/domain/"] },
    ),
    forbid(
      "escrow-takes-message-types-only",
      "Of envelopes and replies it names the shapes.",
      { path: "^actors/runtime/escrow/" },
      { path: "^actors/runtime/(?:bounds|envelope|reply)\\.ts$", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "core-takes-message-types-only",
      "Parsing happens at the door, never in the core.",
      { path: core },
      { path: "/messages\\.ts$", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "core-knows-no-shell-and-no-store",
      "The core is called; it calls nobody.",
      { path: core },
      { path: ["^actors/[^/]+/store\\.ts$", shell] },
    ),
    forbid(
      "messages-speak-contracts",
      "What actors tell each other is made of contracts, the vocabulary and zod.",
      { path: "^actors/(?!runtime/)[^/]+/messages\\.ts$" },
      {
        pathNot: [
          "^src/(?:contracts|domain)/",
          `${npm}zod/`,
          "^actors/[^/]+/(?:messages|parts-messages|address)\\.ts$",
          "^actors/runtime/",
        ],
      },
    ),
    forbid(
      "messages-take-runtime-types-only",
      "A message names the runtime's shapes and runs nothing of it.",
      { path: "^actors/(?!runtime/)[^/]+/messages\\.ts$" },
      { path: "^actors/runtime/", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "store-keeps-what-the-core-says",
      "SQL sees the core, the runtime and the vocabulary.",
      { path: "^actors/(?!runtime/)([^/]+)/store\\.ts$" },
      { pathNot: ["^actors/$1/(?!$1\\.ts$)", "^actors/runtime/", "^src/domain/"] },
    ),
    forbid(
      "runtime-knows-no-actor",
      "The bricks serve every actor and know none; what is said on a stream is a public shape.",
      { path: "^actors/runtime/" },
      { path: ["^actors/(?!runtime/)", "^src/(?!domain/|contracts/)"] },
    ),
    forbid(
      "actors-meet-only-through-messages",
      "An actor sees another one's messages and address; calls go through the ports.",
      { path: "^actors/(?!runtime/)([^/]+)/" },
      {
        path: "^actors/",
        pathNot: ["^actors/$1/", "^actors/runtime/", "/(?:messages|parts-messages|address)\\.ts$"],
      },
    ),
    forbid(
      "actors-see-ports-not-the-edge",
      "Of src an actor sees vocabulary, numerics, contracts, environment and ports.",
      { path: "^actors/" },
      { path: "^src/(?!domain/|quant/|contracts/|env\\.ts$|ports\\.ts$|wiring\\.ts$)" },
    ),
    forbid(
      "only-shells-and-entry-wire",
      "The production ports are chosen in one place per entry.",
      { pathNot: [shell, "^src/(?:worker|wiring)\\.ts$", "^(?:scripts|test)/"] },
      { path: "^src/wiring\\.ts$" },
    ),
    forbid(
      "routes-see-ports-not-actors",
      "A route validates, asks a port and answers.",
      { path: edge },
      {
        path: ["^actors/", "^src/"],
        pathNot: [
          "^src/(?:routes|http|contracts|domain|quant)/",
          "^src/(?:ports|env)\\.ts$",
          "^actors/[^/]+/(?:parts-)?messages\\.ts$",
          "^actors/runtime/(?:envelope|reply|clock|connection|id|standing|within|meter|metrics|series|vitals)\\.ts$",
        ],
      },
    ),
    forbid(
      "routes-take-message-types-only",
      "The public shapes are the contracts; a message is only a type here.",
      { path: edge },
      { path: "^actors/(?!runtime/)", dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "db-only-from-the-edges",
      "Postgres is downstream; nothing on the way of an order knows it.",
      { pathNot: ["^src/(?:db/|wiring\\.ts$)", "^(?:scripts|test)/"] },
      { path: "^src/db/" },
    ),
    forbid(
      "console-talks-through-the-client",
      "The page talks to the public API like any other client.",
      { path: "^src/console/" },
      {
        path: ["^src/", "^actors/"],
        pathNot: ["^src/console/", "^src/client/", "^src/contracts/"],
      },
    ),
    forbid(
      "client-sees-contracts-only",
      "It runs in browsers, Node and Deno, and knows the platform by its contracts alone.",
      { path: "^src/client/" },
      { pathNot: ["^src/client/", "^src/contracts/", `${npm}zod/`] },
    ),
    forbid(
      "clients-take-types-only",
      "Neither the page nor the client ships zod.",
      { path: "^src/(?:console|client)/" },
      { path: ["^src/contracts/", `${npm}zod/`], dependencyTypesNot: ["type-only"] },
    ),
    forbid(
      "nothing-served-imports-the-client",
      "The client is for those who call; what answers them does not.",
      { path: ["^actors/", "^src/"], pathNot: "^src/(?:console|client)/" },
      { path: "^src/client/" },
    ),
    forbid(
      "only-shells-and-entry-touch-the-platform",
      "What is not a shell runs on any host.",
      {
        pathNot: [
          shell,
          "^src/(?:worker|wiring)\\.ts$",
          "^test/",
          "^scripts/bench/(?:limits/|(?:floor|marks)\\.ts$)",
        ],
      },
      { path: "^cloudflare:" },
    ),
    forbid(
      "product-ships-dependencies-only",
      "A devDependency is not there in production; the page's packages are in its bundle.",
      { path: "^(?:src|actors)/", pathNot: "^src/console/" },
      { path: npm, dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    ),
    forbid("nobody-imports-tests", "Test support never ships.", { pathNot: "^test/" }, { path: "^test/" }),
    forbid(
      "product-imports-no-scripts",
      "Scripts run the product, not the other way round.",
      { path: "^(?:src|actors)/" },
      { path: "^scripts/" },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    // Packages of today name their files in `exports`, most of them under `import` alone.
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};
