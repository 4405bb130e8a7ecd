export * from './connectionsPage';
export * from './errorPage';
export * from './panelState';
export * from './time';
