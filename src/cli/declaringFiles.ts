/** Where a class is that a definition refers to, and that no file which was run has declared. */
import { setDeclaringFiles } from '../engine';
import { indexPipeline } from '../pipeline';
import { fileText } from './words';

/** Lets errors about unknown tables name the TypeScript files of the folder that declare a class of that name. */
export function nameDeclaringFiles(cwd: string): void {
  setDeclaringFiles(async (className) => {
    const { classes } = await indexPipeline(cwd);
    const files = classes.filter((each) => each.className === className && each.language === 'typescript').map(({ file }) => fileText(file, cwd));
    return files.length === 0 ? null : [...new Set(files)].join(' or ');
  });
}
