/**
 * The only way of text to the editor: messages, questions, rows, marks, tasks and titles. Each cleans what it is given
 * (`text.ts`); lint refuses other ways.
 */
export { disposeLog, log } from './log';
export { codeLens, diagnostic } from './marks';
export {
  type Action,
  ActionableError,
  commandAction,
  confirm,
  offer,
  registerCommand,
  report,
  sentenceOf,
  tell,
  withProgress,
} from './messages';
export { askLine, askSteps, askText, pickMany, pickOne, pickStep, type Question, type Step } from './questions';
export { row, type TooltipPart } from './rows';
export { djwTask, startDebugging } from './tasks';
export { describeView, setPanelTitle } from './titles';
