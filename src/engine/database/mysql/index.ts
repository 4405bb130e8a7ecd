export { openMysql } from './database';
