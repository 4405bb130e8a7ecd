import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { indexPipeline, linkTo, type TableClass } from '../../../src/pipeline';
import { labs } from './labs';

/** A table as the truth has it, of a class that may be in its schema. */
function lineOf(root: string, { className, tier, file, line, makeLine }: TableClass, schema: string): string {
  return `${schema}.${className} ${tier} ${path.relative(root, file).replaceAll('\\', '/')}:${String(line)} ${makeLine === null ? '-' : String(makeLine)}`;
}

describe('the tables of a lab are those that datajoint-python has, each with its place', () => {
  for (const { name, root, folder, packages, truth } of labs) {
    it(name.replaceAll('_', ' '), async () => {
      const { classes } = await indexPipeline(folder, packages === null ? {} : { packages: [packages] });
      const schemas = [...new Set(truth.map((line) => line.split('.')[0] ?? ''))];
      const found = classes.map((each) => {
        const possible = schemas.map((schema) => ({ schema, by: linkTo(each, schema) })).filter(({ by }) => by === 'schema' || by === 'pattern');
        const lines = possible.map(({ schema }) => lineOf(root, each, schema));
        return lines.find((line) => truth.includes(line)) ?? lines[0] ?? lineOf(root, each, '?');
      });
      assert.deepEqual(found.sort(), truth);
    });
  }
});
