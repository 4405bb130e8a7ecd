export { escapeInJson, plainLine, plainText } from './plainText';
