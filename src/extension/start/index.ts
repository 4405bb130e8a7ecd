export { openDemo } from './demo';
export { createFirstPipeline } from './firstPipeline';
export { pickScript } from './runPipeline';
