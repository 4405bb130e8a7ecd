import { mariadb } from './mariadb';
import { processes } from './processes';

processes('MariaDB', mariadb());
