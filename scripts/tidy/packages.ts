/** Packages are pinned, and the lockfile is whole on every platform and names no host. */
import type { Finding } from "../findings.ts";
import type { Project } from "./project.ts";

type Dependencies = Readonly<Record<string, string>>;
type LockedPackage = { readonly resolved?: string; readonly optionalDependencies?: Dependencies };

const EXACT = /^(?:npm:[\w@/.-]+@)?\d+\.\d+\.\d+(?:-[\w.]+)?$/;

export function packages(project: Project): Finding[] {
  return [...unpinned(project), ...lockfile(project)];
}

function unpinned(project: Project): Finding[] {
  const { dependencies, devDependencies } = parsed(project, "package.json") as {
    dependencies?: Dependencies;
    devDependencies?: Dependencies;
  };
  return Object.entries({ ...dependencies, ...devDependencies })
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => ({
      rule: "exact-version",
      file: "package.json",
      message: `${name} is ${version}; pin one version`,
    }));
}

function lockfile(project: Project): Finding[] {
  const { packages: locked = {} } = parsed(project, "package-lock.json") as {
    packages?: Readonly<Record<string, LockedPackage>>;
  };
  const names = new Set(Object.keys(locked).map((key) => key.slice(key.lastIndexOf("node_modules/") + 13)));
  const found = (rule: string, message: string): Finding => ({ rule, file: "package-lock.json", message });
  return Object.entries(locked).flatMap(([key, { resolved, optionalDependencies = {} }]) => [
    ...(resolved?.includes("://")
      ? [found("lockfile-names-no-host", `${key} names the host that served it`)]
      : []),
    // Without these entries `npm ci` refuses the lockfile. npm drops them where a registry lacks other platforms.
    ...Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => found("lockfile-is-whole", `${name}, which ${key} asks for, has no entry`)),
  ]);
}

function parsed({ files }: Project, wanted: string): object {
  const file = files.find(({ path }) => path === wanted);
  return file === undefined ? {} : JSON.parse(file.text);
}
