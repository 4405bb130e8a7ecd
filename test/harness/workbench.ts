import { Workbench, type WorkbenchOptions } from './workbench/workbench';

export { builtVsix } from './vsix';
export type { TreeItem, View } from './workbench/tree';
export type { Workbench, WorkbenchOptions } from './workbench/workbench';

/** Opens VS Code on a folder with the extension installed, ready to be used. The caller closes it. */
export function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  return Workbench.open(options);
}

/** Opens VS Code, does the work and closes it. When the work fails, a picture and the logs are kept under
 * `name`, and the error tells what the window showed. */
export async function withWorkbench(
  name: string,
  options: WorkbenchOptions,
  work: (workbench: Workbench) => Promise<void>,
): Promise<void> {
  const workbench = await openWorkbench(options);
  try {
    await work(workbench);
  } catch (error) {
    const seen = await workbench.saveEvidence(name).catch((thrown: unknown) => `(no evidence: ${String(thrown)})`);
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n\nThe window showed\n${seen}\n`, { cause: error });
  } finally {
    await workbench.close();
  }
}
