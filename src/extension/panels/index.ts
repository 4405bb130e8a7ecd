export { ConnectionsPanels } from './connectionsPanels';
export type { JobAddress } from './errorPanel';
export { ErrorPanels } from './errorPanels';
