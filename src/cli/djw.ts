/**
 * The terminal command. Looks at the Node that runs it before anything that an older one cannot read: this file is a bundle
 * of its own, in the JavaScript of Node 10.
 */
const required = [22, 13] as const;

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < required[0] || (major === required[0] && minor < required[1])) {
  process.stderr.write(
    `djw: Node ${required.join('.')} or newer is needed, and this is Node ${process.versions.node}: install a newer one (https://nodejs.org).\n`,
  );
  process.exitCode = 2;
} else {
  void import('./cli');
}
