import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rankScripts } from '../../../src/extension/start/scripts';

test('Python scripts that use a pipeline come before the modules that declare it; other files are left out', () => {
  const tables = new Set(['/p/lab/session.py', '/p/lab/sub/ephys.py', '/p/behavior.py', '/p/pipeline.ts']);
  const used = (text: string, file = '/p/scripts/enter.py'): boolean | undefined => rankScripts(tables, [{ file, text }])[0]?.usesPipeline;
  for (const text of [
    'import behavior',
    'import os, behavior as b',
    'from behavior import *',
    'import numpy as np\nfrom lab.session import Session  # the tables',
    'from lab import (\n    session,\n    other,\n)',
    'from lab import session',
    'import lab.sub.ephys',
    'import lab',
    '    from .session import Session',
    'from .. import session',
  ]) assert.equal(used(text), true, text);
  for (const text of ['import numpy', 'from session2 import x', '# import behavior', 'print("from behavior import x")', 'from datajoint import Manual', '']) {
    assert.equal(used(text), undefined, text);
  }
  assert.deepEqual(
    rankScripts(tables, [
      { file: '/p/behavior.py', text: 'import datajoint as dj' },
      { file: '/p/enter.py', text: 'from behavior import Trial' },
      { file: '/p/insert.ts', text: "import { Session } from './pipeline';" },
    ]),
    [
      { file: '/p/enter.py', usesPipeline: true },
      { file: '/p/insert.ts', usesPipeline: true },
      { file: '/p/behavior.py', usesPipeline: false },
    ],
  );
});
