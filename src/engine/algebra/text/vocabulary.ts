const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Reserved by MySQL: an attribute of such a name needs backquotes, as on the server. */
export const RESERVED = words(
  'and or not xor is null true false in between like rlike regexp case when then else as distinct div binary collate ' +
    'interval separator from for using exists select where having limit union join on inner cross natural by mod ' +
    'current_timestamp current_date current_time localtime localtimestamp utc_timestamp utc_date utc_time',
);

/** Words of the grammar that are words only where no attribute has their name. */
export const UNRESERVED = words(
  'unknown escape asc desc end all any some over partition order group rows range preceding following current row ' +
    'unbounded window rollup filter nulls first last left right outer offset values with sounds match against',
);

/** Reserved words that are a function when a parenthesis follows. */
export const ALSO_FUNCTIONS = words('mod current_timestamp current_date current_time localtime localtimestamp utc_timestamp utc_date utc_time');

/** Words that are a value by themselves, so that an operand ends with them. */
export const VALUE_WORDS = words(
  'null true false unknown end current_timestamp current_date current_time localtime localtimestamp utc_timestamp utc_date utc_time',
);

/** What may follow the amount in INTERVAL, and stand first in EXTRACT, TIMESTAMPADD and TIMESTAMPDIFF. */
export const UNITS = words(
  'microsecond second minute hour day week month quarter year second_microsecond minute_microsecond minute_second ' +
    'hour_microsecond hour_second hour_minute day_microsecond day_second day_minute day_hour year_month ' +
    'sql_tsi_second sql_tsi_minute sql_tsi_hour sql_tsi_day sql_tsi_week sql_tsi_month sql_tsi_quarter sql_tsi_year',
);

/** Functions whose first argument is a word and not a value. */
export const FIRST_WORDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['extract', UNITS],
  ['timestampadd', UNITS],
  ['timestampdiff', UNITS],
  ['trim', words('leading trailing both')],
  ['get_format', words('date time datetime timestamp')],
]);

/** Names of types that make a literal of the string after them. */
export const TYPED_LITERALS = words('date time timestamp');

/** After these, a type follows up to the end of the parenthesis: `CAST(a AS CHAR(3))`, `CONVERT(a, DATE)`. */
export const TYPE_AFTER: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['cast', words('as')],
  ['convert', words('using ,')],
  ['char', words('using')],
  ['weight_string', words('as')],
  ['json_value', words('returning')],
]);
