/** The configuration of a bare workerd: one Worker, its objects on disk, nothing between it and the socket. */

export type WorkerdPlan = {
  readonly port: number;
  /** The bundle, beside the configuration. */
  readonly module: string;
  readonly compatibilityDate: string;
  /** Folder of the objects' SQLite files. */
  readonly objects: string;
  /** Binding to class. */
  readonly actors: Readonly<Record<string, string>>;
  readonly variables: Readonly<Record<string, string>>;
};

export function workerdConfig(plan: WorkerdPlan): string {
  const { port, module, compatibilityDate, objects, actors, variables } = plan;
  const bindings = [
    ...Object.entries(actors).map(
      ([name, type]) => `(name = ${quoted(name)}, durableObjectNamespace = ${quoted(type)})`,
    ),
    ...Object.entries(variables).map(([name, value]) => `(name = ${quoted(name)}, text = ${quoted(value)})`),
    `(name = "ASSETS", service = "assets")`,
  ];
  const classes = [...new Set(Object.values(actors))].map(
    (type) => `(className = ${quoted(type)}, uniqueKey = ${quoted(`bench-${type}`)}, enableSql = true)`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "assets", worker = .assets),
    (name = "objects", disk = (path = ${quoted(objects)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed ${quoted(module)})],
  compatibilityDate = ${quoted(compatibilityDate)},
  bindings = [${bindings.join(",\n    ")}],
  durableObjectNamespaces = [${classes.join(",\n    ")}],
  durableObjectStorage = (localDisk = "objects"),
);
const assets :Workerd.Worker = (
  serviceWorkerScript = "addEventListener('fetch', (event) => event.respondWith(new Response(null, { status: 404 })))",
  compatibilityDate = ${quoted(compatibilityDate)},
);
`;
}

/** Cap'n Proto's text literals escape as C does. */
const quoted = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
