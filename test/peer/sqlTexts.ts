// SQL as people write it in restrictions and computed attributes. Both sides must answer alike.

/** Conditions on the table Measured of sqlTexts.test.ts. */
export const CONDITIONS: readonly string[] = [
  'id = 1', 'ID = 1', '`id` = 1', 'Name = "one"', "name = 'one'", `name = 'it''s'`, `name = "it's"`, `name = 'o' 'ne'`, 'name in ("one", "two")',
  'name like "o%"', 'name like "100\\_%"', "name like '%\\%'", 'name not like "%e"', 'name rlike "^o"', 'name regexp "e$"', 'name is null', 'name is not null',
  'name <=> null', 'not name = "one"', '!(id = 1)', 'id between 1 and 3', 'id not between 2 and 3', 'id in (1, 2, 3)', 'id not in (1, 2)', 'id % 2 = 1',
  'id mod 2 = 0', 'id div 2 = 1', 'id / 2 = 0.5', 'id * 1.5 > 3', 'id = 1 or id = 2 and name = "x"', 'id = 1 xor name = "one"', 'id = 1 || id = 2', 'id = 1 && name = "one"',
  'id in (select id from other)', 'price = 1.5', 'price > 1', 'price * 2 = 3', 'price = "1.50"', 'price between 1 and 2.5', 'weight > .5', 'weight < 1e3', 'weight = 1.',
  'ok', 'not ok', 'ok = true', 'ok is true', 'ok is not false', 'kind = "b"', 'kind > "a"', 'kind in ("a", "c")', 'kind is null',
  'day = "2026-01-02"', 'day > "2026-01-01"', "day between '2026-01-01' and '2026-01-03'", 'day between "2026-03-01" - interval 30 day and "2026-03-01"',
  'day + interval 1 month > "2026-02-15"', 'day - interval 1 week < "2026-01-01"', 'day < date_add("2026-01-01", interval 400 hour)', 'date_sub(day, interval 1 day) = "2026-01-01"',
  'datediff(day, "2026-01-01") > 0', 'timestampdiff(day, day, "2026-02-01") > 10', 'timestampdiff(DAY, day, moment) = 0', 'timestampadd(week, 1, day) > "2026-02-01"',
  'year(day) = 2026', 'month(day) = 1', 'day(day) = 2', 'dayofweek(day) = 6', 'extract(year_month from day) = 202601', 'extract(day from day) = 2', "day = DATE '2026-01-02'", "day > DATE'2026-01-01'",
  "moment = TIMESTAMP '2026-01-02 12:00:00'", 'moment = "2026-01-02 12:00:00"', 'moment > "2026-01-02"', 'date(moment) = "2026-01-02"', 'hour(moment) = 12', 'moment + interval 90 minute > "2026-01-02 13:00:00"',
  'moment + interval "1:30" hour_minute > "2026-01-02 13:00:00"', "moment + interval '1-1' YEAR_MONTH > '2027-02-01'", 'precise = "2026-01-02 12:00:00"', 'precise = "2026-01-02 12:00:00.500"', 'precise <= "2026-01-02 12:00:00"',
  'time(moment) > "11:00:00"', "hex(name) = '6F6E65'", "name = X'6F6E65'", "name = x'6F6E65'", 'name = 0x6F6E65', "name = N'one'", "name = _utf8mb4'one'", 'id = 0b10', "id = b'10'", 'id = 0x2',
  'name collate utf8mb4_bin = "one"', 'name collate utf8mb4_general_ci = "ONE"', 'convert(name using utf8mb4) = "one"', 'convert(id, char) = "1"', 'cast(id as char) = "2"', 'cast(price as signed) = 2', 'cast("3" as unsigned) = id', 'binary name = "one"',
  'substring(name from 1 for 1) = "o"', 'substring(name, 2) = "ne"', 'substr(name, 1, 2) = "tw"', 'trim(leading "o" from name) = "ne"', 'trim(name) = "one"', 'trim(both "o" from name) = "tw"', 'left(name, 1) = "t"', 'right(name, 2) = "ne"',
  'position("n" in name) = 2', 'locate("n", name) = 2', 'length(name) = 3', 'char_length(name) = 3', 'upper(name) = "ONE"', 'concat(name, "-", id) = "one-1"', 'concat_ws("-", id, name) = "1-one"', 'replace(name, "o", "0") = "0ne"', 'lpad(id, 3, "0") = "001"',
  'case when id > 2 then 1 else 0 end', 'case id when 1 then "x" else "y" end = "x"', 'if(id > 2, 1, 0)', 'ifnull(name, "none") = "none"', 'coalesce(name, "none") = "none"', 'nullif(id, 1) is null', 'greatest(id, 3) = 3', 'least(id, 3) = id', 'isnull(name)',
  'abs(-id) = 2', 'round(price) = 2', 'round(price, 1) = 1.5', 'floor(price) = 1', 'ceil(price) = 2', 'pow(id, 2) = 4', 'sqrt(id) = 1', 'sign(id) = 1', 'truncate(price, 0) = 1', 'id & 1', 'id | 1 = 3', 'id ^ 1 = 0', '~id < 0', 'id << 1 = 4', '-id < -2', '+id = 2',
  'exists (select 1)', 'name sounds like "won"', 'find_in_set(name, "one,two")', 'field(name, "two", "one") = 1', 'md5(name) = md5("one")', 'id = 1 /* the first */', 'id = 2 -- the second', 'id = 2 # the second', '(id, name) = (1, "one")', '(id, name) in ((1, "one"), (2, "two"))', 'name = "?"', "name <> '?'",
  'date_format(day, "%Y-%m") = "2026-01"', 'date_format(day, \'%d\') = "02"', 'str_to_date("2026-01-02", "%Y-%m-%d") = day', 'unix_timestamp(day) > 0', 'last_day(day) = "2026-01-31"', 'weekday(day) = 4', 'quarter(day) = 1', 'json_extract(\'{"a": 1}\', "$.a") = id', 'uuid() is not null', 'pi() > id', 'current_date > day', 'now() > moment', 'curdate() >= day', 'current_timestamp() > moment', 'day < current_timestamp',
];

/** Computed attributes of Measured. */
export const COMPUTATIONS: readonly string[] = [
  'id + 1', 'id * 2.5', 'id / 2', 'id div 2', 'id % 2', '-id', 'price * 2', 'price + id', 'price / 3', 'weight * 2', 'concat(name, "!")', 'concat(name, NULL)', "concat('a', 'b' 'c')", 'upper(name)', 'ifnull(name, "-")', 'length(name)', "'text'", '"text"', '3', '3.5', 'null', '1 = 1', 'id > 2', 'name = "one"', 'name is null', 'not ok', 'kind = "b"',
  'date_format(day, "%Y-%m")', "date_format(moment, '%H:%i')", 'year(day)', 'month(day)', 'day(day)', 'datediff(day, "2025-12-31")', 'timestampdiff(hour, day, moment)', 'timestampdiff(day, "2026-01-01", day)', 'day + interval 1 day', 'date_add(day, interval 1 day)', 'dayname(day)', 'monthname(day)', 'case when id > 2 then "big" else "small" end', 'if(id > 2, "big", "small")', 'round(price, 1)', 'floor(weight)', 'cast(id as char)', 'cast(name as char(2))', 'substring(name, 1, 2)', 'substring(name from 2)', 'greatest(id, 2)', 'coalesce(name, kind, "none")', 'kind', '(kind)', 'extract(month from day)', "X'6F'", 'json_object("id", id)', '(select count(*) from information_schema.schemata where schema_name = "peer_texts")',
];

/** datajoint-python takes this for an attribute that is not there, and leaves it out without a word. */
export const DROPPED_BY_PYTHON = 'null';

/** Aggregates over groups of Measured. */
export const AGGREGATES: readonly string[] = [
  'count(*)', 'count(name)', 'count(distinct kind)', 'sum(id)', 'sum(price)', 'avg(id)', 'avg(price)', 'min(day)', 'max(moment)', 'min(name)', 'max(kind)', 'sum(id > 2)', 'sum(ok)', 'group_concat(id)', "group_concat(id order by id desc separator '; ')", 'group_concat(distinct kind order by kind)', 'sum(if(id > 2, 1, 0))', 'max(date_format(day, "%m"))', 'std(id)', 'variance(id)', 'bit_or(id)', 'count(*) > 1', 'max(id) - min(id)', 'sum(case when kind = "a" then 1 else 0 end)', 'min(id) + 0.5', 'any_value(kind)',
];

/** Restrictions by an object. */
export const OBJECTS: readonly Readonly<Record<string, string | number | boolean | null>>[] = [
  { id: 1 }, { id: '1' }, { id: true }, { id: 1.5 }, { id: 99 }, { id: 99999999999 }, { name: 'one' }, { name: null }, { name: 'a name that is longer than the attribute can hold' }, { price: 1.5 }, { price: '1.50' }, { price: 1.999 }, { price: 2 }, { weight: 0.5 }, { weight: 1 },
  { ok: true }, { ok: 1 }, { ok: 0 }, { ok: 2 }, { kind: 'a' }, { kind: 'c' }, { kind: 'no such kind' }, { kind: null }, { day: '2026-01-02' }, { day: '2026-01-02 00:00:00' }, { moment: '2026-01-02 12:00:00' }, { moment: '2026-01-02 12:00:00.4' }, { moment: '2026-01-02' }, { precise: '2026-01-02 12:00:00' }, { precise: '2026-01-02 12:00:00.500' }, { nothing: 1 }, { id: 1, name: 'two' }, { id: 1, name: 'one' }, {},
];
