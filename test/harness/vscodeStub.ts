/**
 * Lets tests import modules that import 'vscode': import this file first. What the editor is given is in `given` of
 * vscodeRecorder.ts.
 */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'vscode' ? { url: pathToFileURL(require.resolve('./vscodeRecorder')).href, shortCircuit: true } : next(specifier, context),
});
