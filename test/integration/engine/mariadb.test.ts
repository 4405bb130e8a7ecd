import { areas } from './areas';
import { mariadb } from './mariadb';

const open = mariadb();
for (const area of areas) area('MariaDB', open);
