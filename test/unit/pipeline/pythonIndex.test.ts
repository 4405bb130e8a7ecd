import assert from 'node:assert/strict';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { indexPipeline, PipelineIndexer, type TableClass, ThreadIndexer } from '../../../src/pipeline';
import { sourceFolder } from './sourceFolder';

async function classesOf(context: TestContext, files: Record<string, string>): Promise<TableClass[]> {
  const folder = await sourceFolder(context, files);
  const { classes } = await indexPipeline(folder);
  return classes.map((found) => ({ ...found, file: path.relative(folder, found.file) }));
}

const names = (classes: readonly TableClass[]): string[] =>
  classes.map(({ className, tier, schemaName, schemaPatterns }) => `${schemaName ?? (schemaPatterns.join('|') || '?')}.${className} ${tier}`);

test('a Python pipeline: tiers, schema, places, parts, key source', async (context) => {
  const classes = await classesOf(context, {
    'ephys.py': `import datajoint as dj
import numpy as np

schema = dj.Schema('ephys', locals())


@schema
class Session(dj.Manual):
    definition = """
    session : int
    """


@schema
class Peaks(dj.Computed):
    definition = """
    -> Session
    """

    class Peak(dj.Part):
        definition = "-> master"

    @property
    def key_source(self):
        return Session & 'session > 0'

    def make(self, key):
        # class Commented(dj.Manual)
        self.insert1(key)


x = 1
`,
  });
  assert.deepEqual(classes, [
    {
      className: 'Session',
      tier: 'manual',
      schemaName: 'ephys',
      schemaPatterns: [],
      schemaObject: 1,
      activatedIn: null,
      language: 'python',
      file: 'ephys.py',
      line: 8,
      endLine: 11,
      makeLine: null,
      makeMethods: [],
      definitionLine: 9,
      keySource: 'default',
      isInstalled: false,
    },
    {
      className: 'Peaks',
      tier: 'computed',
      schemaName: 'ephys',
      schemaPatterns: [],
      schemaObject: 1,
      activatedIn: null,
      language: 'python',
      file: 'ephys.py',
      line: 15,
      endLine: 29,
      makeLine: 27,
      makeMethods: [{ name: 'make', line: 27, endLine: 29 }],
      definitionLine: 16,
      keySource: 'own',
      isInstalled: false,
    },
    {
      className: 'Peaks.Peak',
      tier: 'part',
      schemaName: 'ephys',
      schemaPatterns: [],
      schemaObject: 1,
      activatedIn: null,
      language: 'python',
      file: 'ephys.py',
      line: 20,
      endLine: 21,
      makeLine: null,
      makeMethods: [],
      definitionLine: 21,
      keySource: 'default',
      isInstalled: false,
    },
  ]);
});

test('the tier names of datajoint-python 2.3.4, qualified and imported', async (context) => {
  const classes = await classesOf(context, {
    'lab.py': `
import datajoint as dj
from datajoint import Compute, Ingest as FromFiles
from datajoint.user_tables import Entry
schema = dj.Schema('lab')
@schema
class Session(dj.Entry): definition = 'session: int'
@schema
class Note(Entry): definition = 'note: int'
@schema
class Recording(dj.Ingest): pass
@schema
class Video(FromFiles): pass
@schema
class Trace(dj.Compute):
    class Peak(dj.Part): pass
    def make(self, key): pass
@schema
class Spikes(Compute): pass
`,
  });
  assert.deepEqual(names(classes), [
    'lab.Session manual',
    'lab.Note manual',
    'lab.Recording imported',
    'lab.Video imported',
    'lab.Trace computed',
    'lab.Trace.Peak part',
    'lab.Spikes computed',
  ]);
});

test('every way of naming a schema', async (context) => {
  const classes = await classesOf(context, {
    'a.py': `
import datajoint as dj
from datajoint import schema as open_schema, Computed
from datajoint.user_tables import Lookup as L
PROJECT = 'lab'
prefix = dj.config['custom']['database.prefix']
one = dj.Schema(PROJECT + '_one')
two = open_schema(f'{PROJECT}_two', locals(), create_tables=False)
three = dj.schema(prefix + 'three')
four = dj.Schema(f"{dj.config['custom'].get('prefix', '')}four_{PROJECT}")
five = dj.schema(schema_name=('li' 'teral'))
six = dj.Schema()
six.activate('activated', create_schema=True)
seven: dj.Schema = dj.Schema(get_name())
eight = nine = dj.Schema(r'raw')
ten = dj.Schema(None)
@one
class A(dj.Manual): definition = 'a: int'
@two
class B(Computed):
    def _make_tuples(self, key): pass
    def make(self, key): pass
@three
class C(L): pass
@four
class D(dj.Imported): pass
@five
class E(dj.Manual): pass
@six
class F(dj.Manual): pass
@seven
class G(dj.Manual): pass
@nine
class H(dj.Manual): pass
@ten
class I(dj.Manual): pass
class J(dj.Manual): pass
one(J, context=locals())
class K_(dj.Manual): pass
K = one(K_)
`,
  });
  assert.deepEqual(names(classes), [
    'lab_one.A manual',
    'lab_two.B computed',
    '*three.C lookup',
    'four_lab|*four_lab.D imported',
    'literal.E manual',
    'activated.F manual',
    '?.G manual',
    'raw.H manual',
    '?.I manual',
    'lab_one.J manual',
    'lab_one.K_ manual',
  ]);
  assert.deepEqual(
    classes.find(({ className }) => className === 'B')?.makeMethods.map(({ name }) => name),
    ['_make_tuples', 'make'],
  );
});

test('packages: relative and absolute imports, stars, submodules, inheritance, parts from elsewhere', async (context) => {
  const classes = await classesOf(context, {
    'src/lab/__init__.py': `from .core import *\nfrom . import tables`,
    'src/lab/core.py': `import datajoint as dj\nschema = dj.schema('lab_core')`,
    'src/lab/base.py': `import datajoint
class Quality:
    key_source = None
class Base(datajoint.Computed):
    definition = "-> Session"
    def make(self, key): pass
    class Unit(datajoint.Part):
        definition = "-> master"`,
    'src/lab/tables.py': `from .core import schema, dj
from .base import Base as Root, Quality
@schema
class Session(dj.Manual): pass
@schema
class Sorting(Quality, Root): pass`,
    'src/lab/deep/more.py': `from ..core import dj
from .. import tables, core
import lab.core as lc
import lab.tables
@core.schema
class More(dj.Manual): pass
@lc.schema
class Most(lab.tables.Session): pass`,
    'scripts/extra.py': `from lab import schema, tables
from lab.base import datajoint as dj
@schema
class Extra(dj.Lookup): contents = []
@schema
class Odd(tables.Sorting): pass`,
    'other/extra.py': `from nowhere import schema\nimport datajoint as dj\n@schema\nclass Lost(dj.Manual): pass`,
  });
  assert.deepEqual(names(classes).sort(), [
    '?.Lost manual',
    'lab_core.Extra lookup',
    'lab_core.More manual',
    'lab_core.Most manual',
    'lab_core.Odd computed',
    'lab_core.Odd.Unit part',
    'lab_core.Session manual',
    'lab_core.Sorting computed',
    'lab_core.Sorting.Unit part',
  ]);
  const sorting = classes.find(({ className }) => className === 'Sorting');
  assert.deepEqual([sorting?.makeLine, sorting?.keySource], [null, 'own'], 'make is in another file');
});

test('schemas that are activated from elsewhere get their names there', async (context) => {
  const element = (name: string): string => `import datajoint as dj
schema = dj.Schema()
def activate(${name}_schema_name, *, create_schema=True, linking_module=None):
    """Activates."""
    schema.activate(${name}_schema_name, create_schema=create_schema)
@schema
class Session(dj.Manual): pass
`;
  const classes = await classesOf(context, {
    'session.py': element('session'),
    'probe.py': element('probe'),
    'lonely.py': element('lonely'),
    'pipeline.py': `import datajoint as dj
from elements import nothing
import probe
from session import activate
db_prefix = dj.config["custom"].get("database.prefix", "")
probe.activate(probe_schema_name=db_prefix + "probe", create_schema=True)
import session
session.activate("u_session", linking_module=__name__)
`,
  });
  assert.deepEqual(names(classes), ['?.Session manual', 'probe|*probe.Session manual', 'u_session.Session manual']);
  assert.deepEqual(
    classes.map(({ activatedIn }) => activatedIn && path.basename(activatedIn)),
    [null, 'pipeline.py', 'pipeline.py'],
  );
});

test('blocks, functions and conditions hide nothing', async (context) => {
  const classes = await classesOf(context, {
    'p.py': `
try:
    import datajoint as dj
except ImportError:
    dj = None
if True:
    schema = dj.schema('x')
else:
    schema = dj.schema('y')
def local(name):
    schema = dj.schema(name)
    @schema
    class Inner(dj.Manual): pass
with open('x') as f: pass
for _ in range(2):
    @schema
    class InLoop(dj.Manual): pass
@schema
@other
class Two(dj.Manual, metaclass=Meta): pass
`,
  });
  assert.deepEqual(names(classes), ['x|y.Inner manual', 'x|y.InLoop manual', 'x|y.Two manual']);
});

test('Python that is being typed still shows its tables', async (context) => {
  const before = `import datajoint as dj\nschema = dj.schema('x')\n@schema\nclass A(dj.Manual):\n`;
  const after = `\n@schema\nclass B(dj.Computed):\n    definition = """\n    -> A\n    """\n    def make(self, key):\n        pass\n`;
  for (const middle of [
    '    pass',
    '    definition = """',
    "    definition = 'a",
    '    def make(self, key',
    '    def make(self, key):\n        x = (',
    '    def make(self, key):\n        self.insert1({**key, "a": [1, 2',
    '    def make(self, key):\n        if x',
    '    def make(self):\n  return',
    '    pass\nfrom x import (a, ',
    '    pass\n@schema\nclass',
    '    pass\n@schema\nclass C(dj.',
    '    pass\nschema(',
    '    pass\n)',
    '    pass\n\tx = 1',
    '    @property\n    def key_source(self):\n        return (A & "',
    '    f = f"{x',
    '',
  ]) {
    const classes = await classesOf(context, { 'p.py': before + middle + after });
    assert.ok(classes.some(({ className }) => className === 'A'), `A with ${middle}`);
    const b = classes.find(({ className, schemaName }) => className === 'B' && schemaName === 'x');
    assert.equal(b?.makeLine, (before + middle + after).split('\n').indexOf('    def make(self, key):', (before + middle).split('\n').length) + 1, `make of B with ${middle}`);
  }
});

test('what is no Python table is left out', async (context) => {
  const classes = await classesOf(context, {
    'p.py': `import datajoint as dj
import other
schema = dj.schema('x')
class Helper: pass
class Thing(other.Manual): pass
class Base(dj.Computed): pass
@schema
class Leaf(Base): pass
class Loop1(Loop2): pass
class Loop2(Loop1): pass
a = b
b = a
@a
class Circle(b.c): pass
class LonePart(dj.Part): pass
text = """
@schema
class InText(dj.Manual): pass
"""
`,
    'venv/lib/p.py': `import datajoint as dj\nclass InEnvironment(dj.Manual): pass`,
    '__pycache__/p.py': `import datajoint as dj\nclass Cached(dj.Manual): pass`,
    'odd/pyvenv.cfg': '',
    'odd/p.py': `import datajoint as dj\nclass InOddEnvironment(dj.Manual): pass`,
    'site-packages/p.py': `import datajoint as dj\nclass Installed(dj.Manual): pass`,
  });
  assert.deepEqual(names(classes), ['x.Leaf computed']);
});

test('byte order marks, named encodings and broken bytes', async (context) => {
  const folder = await sourceFolder(context, {});
  const text = (table: string): string =>
    `import datajoint as dj\nnote = 'caf\u00e9'\nschema = dj.schema('x')\n@schema\nclass ${table}(dj.Manual): pass\n`;
  await mkdir(path.join(folder, 'p'));
  const write = (name: string, bytes: Buffer) => writeFile(path.join(folder, 'p', name), bytes);
  await write('bom.py', Buffer.from(`\ufeff${text('Bom')}`));
  await write('latin.py', Buffer.from(`# -*- coding: latin-1 -*-\n${text('Latin')}`, 'latin1'));
  await write('wrong.py', Buffer.from(text('Wrong'), 'latin1'));
  await write('odd.py', Buffer.from(`#!/usr/bin/python\n# vim: set fileencoding=klingon :\n${text('Odd')}`));
  await write('zero.py', Buffer.concat([Buffer.from(text('Zero')), Buffer.alloc(100)]));
  await write('crlf.py', Buffer.from(text('Crlf').replaceAll('\n', '\r\n')));
  const { classes } = await indexPipeline(folder);
  assert.deepEqual(
    classes.map(({ className, line, schemaName }) => `${className}:${line} ${schemaName}`),
    ['Bom:5 x', 'Crlf:5 x', 'Latin:6 x', 'Odd:7 x', 'Wrong:5 x', 'Zero:5 x'],
  );
});

test('a saved Python file is read again, and with it the files that import its schema', async (context) => {
  const folder = await sourceFolder(context, {
    'core.py': `import datajoint as dj\nschema = dj.schema('before')`,
    'a.py': `from core import schema, dj\n@schema\nclass A(dj.Manual): pass`,
  });
  const indexer = new PipelineIndexer(folder);
  assert.deepEqual(names((await indexer.all()).classes), ['before.A manual']);
  const core = path.join(folder, 'core.py');
  await writeFile(core, `import datajoint as dj\nschema = dj.schema('after')`);
  await utimes(core, 1_000_000, 1_000_000);
  assert.deepEqual(names((await indexer.all()).classes), ['after.A manual']);
});

test('a thread gives the same index, keeps up with changes, can be stopped and starts again', async (context) => {
  const folder = await sourceFolder(context, {
    'a.py': `import datajoint as dj\nschema = dj.schema('x')\n@schema\nclass A(dj.Manual): pass`,
    'b.ts': `import * as dj from 'datajoint-workbench'; const schema = dj.schema('x'); @schema class B extends dj.Manual {}`,
  });
  const indexer = new ThreadIndexer(folder);
  context.after(() => indexer.close());
  assert.deepEqual(await indexer.all(), await indexPipeline(folder));
  const file = path.join(folder, 'a.py');
  await writeFile(file, `import datajoint as dj\nschema = dj.schema('x')\n@schema\nclass C2(dj.Manual): pass`);
  assert.deepEqual(names((await indexer.all()).classes), ['x.C2 manual', 'x.B manual']);

  const reason = new Error('enough');
  const controller = new AbortController();
  const stopped = indexer.all({ signal: controller.signal });
  controller.abort(reason);
  await assert.rejects(stopped, reason);
  await assert.rejects(indexer.all({ signal: AbortSignal.abort(reason) }), reason);

  // So many that reading them cannot end before the thread does.
  const many = Array.from({ length: 400 }, (_, at) => path.join(folder, `z${String(at)}.py`));
  await Promise.all(many.map((each) => writeFile(each, 'import datajoint as dj\n' + 'x = [i for i in range(3)]\n'.repeat(300))));
  const cut = indexer.all();
  await indexer.close();
  await assert.rejects(cut, /has ended/);
  await Promise.all(many.map((each) => rm(each)));
  assert.deepEqual(names((await indexer.all()).classes), ['x.C2 manual', 'x.B manual']);
});

test('sources whose names branch and grow without end are read to their end', { timeout: 60_000 }, async (context) => {
  const chain = (line: (at: number) => string): string => Array.from({ length: 60 }, (_, at) => line(at)).join('\n');
  const table = (name: string): string => `\nschema = dj.Schema(${name})\n@schema\nclass T(dj.Manual): pass\n`;
  const start = 'import datajoint as dj\n';
  const stars = Array.from({ length: 12 }, (_, at) => `from c${String(at)} import *`).join('\n');
  const circles = Array.from({ length: 12 }, (_, at): [string, string] => [`c${String(at)}.py`, `${start}${stars}\n@s\nclass C${String(at)}(X, dj.Manual): pass\n`]);
  const classes = await classesOf(context, {
    'doubled.py': `${start}${chain((at) => `a${String(at)} = a${String(at + 1)} + a${String(at + 1)}`)}\na60 = 'x'${table('a0')}`,
    'chosen.py': `${start}${chain((at) => `a${String(at)} = a${String(at + 1)} or a${String(at + 1)} or a${String(at + 1)}`)}\na60 = 'x'${table('a0')}`,
    'functions.py': `${start}${chain((at) => `def f${String(at)}(x, y):\n    return f${String(at + 1)}(x + y, y + x)`)}\ndef f60(x, y):\n    return x + y${table("f0('a', 'b')")}`,
    'bases.py': `${start}${chain((at) => `class K${String(at)}(K${String(at + 1)}, K${String(at + 2)}): pass`)}${table("K0('x')")}`,
    'callers.py': `${start}schema = dj.Schema()\ndef activate(x):\n    schema.activate(x)\n${chain((at) => `def g${String(at)}(x):\n    activate(x)\n    g${String((at + 1) % 20)}(x)`)}\n@schema\nclass T(dj.Manual): pass\n`,
    ...Object.fromEntries(circles),
  });
  assert.equal(classes.length, 17);
});
