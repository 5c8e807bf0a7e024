SET log.lvel = 'warn';
SET log.level = 'loud';
SET log.format = 'json';
SET log.format = 'text';
SET log.format = '${FORMAT}';
SET log_level;
SET logs.format = 'json';
