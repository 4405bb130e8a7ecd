/**
 * Every name that VS Code knows this extension by. `package.json` declares the same names; a unit test compares the two
 * in both directions, so a name that exists on one side only cannot be shipped.
 */

export const container = 'datajoint';

export const views = {
  pipelines: 'datajoint.pipelines',
  errors: 'datajoint.errors',
  workers: 'datajoint.workers',
} as const;

/** View types of editor tabs. Each has an `onWebviewPanel:` activation event, so that a window reload restores it. */
export const panels = {
  error: 'datajoint.error',
  connections: 'datajoint.connections',
} as const;

/** Schemes of documents that this extension fills. */
export const schemes = {
  definition: 'datajoint-definition',
} as const;

export const taskType = 'datajoint';

/** Languages in which a make() can be written: lenses stand above it, so opening such a file starts the extension. */
export const pipelineLanguages = ['typescript', 'javascript', 'python'] as const;

export const commands = {
  refresh: 'datajoint.refresh',
  filterTables: 'datajoint.filterTables',
  clearFilter: 'datajoint.clearFilter',
  openDemo: 'datajoint.openDemo',
  createPipeline: 'datajoint.createPipeline',
  runPipeline: 'datajoint.runPipeline',
  populate: 'datajoint.populate',
  populateWithOptions: 'datajoint.populateWithOptions',
  refreshJobs: 'datajoint.refreshJobs',
  goToMake: 'datajoint.goToMake',
  debugKey: 'datajoint.debugKey',
  goToDefinition: 'datajoint.goToDefinition',
  showDefinition: 'datajoint.showDefinition',
  createClass: 'datajoint.createClass',
  openError: 'datajoint.openError',
  retryJobs: 'datajoint.retryJobs',
  ignoreJobs: 'datajoint.ignoreJobs',
  clearJobs: 'datajoint.clearJobs',
  copyKey: 'datajoint.copyKey',
  showErrors: 'datajoint.showErrors',
  stopWorker: 'datajoint.stopWorker',
  freeJobs: 'datajoint.freeJobs',
  showConnections: 'datajoint.showConnections',
  loadMore: 'datajoint.loadMore',
  reconnect: 'datajoint.reconnect',
  addConnection: 'datajoint.addConnection',
  editConnection: 'datajoint.editConnection',
  renameConnection: 'datajoint.renameConnection',
  removeConnection: 'datajoint.removeConnection',
  testConnection: 'datajoint.testConnection',
  connect: 'datajoint.connect',
  disconnect: 'datajoint.disconnect',
  revealDatabase: 'datajoint.revealDatabase',
  startServer: 'datajoint.startServer',
  stopServer: 'datajoint.stopServer',
  showServerLog: 'datajoint.showServerLog',
  showLog: 'datajoint.showLog',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

/** The section of this extension in the settings. */
export const section = 'datajoint';

export const settings = {
  pythonPath: 'datajoint.pythonPath',
  pathMappings: 'datajoint.pathMappings',
} as const;

/** Keys of `when` clauses that this extension sets. */
export const contextKeys = {
  /** What the Pipelines view shows when its tree is empty: `loading`, `noFolder`, `empty`, `undeclared`, `needsServer`, `problem` or `ready`. */
  state: 'datajoint.state',
  /** True while the Pipelines tree shows only the tables that match a filter. */
  filtered: 'datajoint.filtered',
} as const;

/** `contextValue` of tree items; menus select on these. */
export const nodes = {
  connection: {
    embedded: 'datajoint.connection.embedded',
    /** A server that the settings of a folder name. */
    found: 'datajoint.connection.found',
    foundOff: 'datajoint.connection.foundOff',
    /** The server that the folder has for itself, running or about to. */
    local: 'datajoint.connection.local',
    localOff: 'datajoint.connection.localOff',
    /** A server that a person added. */
    added: 'datajoint.connection.added',
    addedOff: 'datajoint.connection.addedOff',
  },
  /** What could not be read, by where its connection comes from. */
  problem: {
    embedded: 'datajoint.problem.embedded',
    found: 'datajoint.problem.found',
    local: 'datajoint.problem.local',
    added: 'datajoint.problem.added',
  },
  schema: 'datajoint.schema',
  storedTable: 'datajoint.table.stored',
  autoTable: 'datajoint.table.auto',
  partTable: 'datajoint.table.part',
  /** In the database, without a class in the sources. */
  tableWithoutClass: 'datajoint.table.noClass',
  autoClass: 'datajoint.class.auto',
  storedClass: 'datajoint.class.stored',
  jobGroup: {
    pending: 'datajoint.jobGroup.pending',
    reserved: 'datajoint.jobGroup.reserved',
    success: 'datajoint.jobGroup.success',
    error: 'datajoint.jobGroup.error',
    ignore: 'datajoint.jobGroup.ignore',
  },
  job: {
    pending: 'datajoint.job.pending',
    reserved: 'datajoint.job.reserved',
    success: 'datajoint.job.success',
    error: 'datajoint.job.error',
    ignore: 'datajoint.job.ignore',
  },
  errorGroup: 'datajoint.errorGroup',
  worker: {
    /** Alive, on this machine. */
    here: 'datajoint.worker.here',
    /** Alive, on another machine. */
    away: 'datajoint.worker.away',
    gone: 'datajoint.worker.gone',
    unknown: 'datajoint.worker.unknown',
  },
} as const;
