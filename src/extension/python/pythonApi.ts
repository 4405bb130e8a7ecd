/** What the Python extensions (`ms-python.python`, `ms-python.debugpy`) tell, asked without their types. */

/**
 * `environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource))?.executable.uri` of that extension's
 * API. Null when it has no such answer: an environment without Python, or another API.
 * @param resource the folder's Uri
 */
export async function activeInterpreter(api: unknown, resource: unknown): Promise<string | null> {
  const environments = member(api, 'environments');
  const active = await call(environments, 'getActiveEnvironmentPath', resource);
  if (active === undefined) return null;
  const resolved = await call(environments, 'resolveEnvironment', active);
  // The path of an environment may be its folder; only an executable can be started.
  const file = member(member(member(resolved, 'executable'), 'uri'), 'fsPath');
  return typeof file === 'string' && file !== '' ? file : null;
}

/** `debug.getDebuggerPackagePath()` of the Python debugger's API: the folder of debugpy. Null when it has no such answer. */
export async function debuggerPackage(api: unknown): Promise<string | null> {
  const folder = await call(member(api, 'debug'), 'getDebuggerPackagePath', undefined);
  return typeof folder === 'string' && folder !== '' ? folder : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (Reflect.get(value, name) as unknown) : undefined;
}

async function call(value: unknown, name: string, argument: unknown): Promise<unknown> {
  const method = member(value, name);
  return typeof method === 'function' ? ((await Reflect.apply(method, value, [argument])) as unknown) : undefined;
}
