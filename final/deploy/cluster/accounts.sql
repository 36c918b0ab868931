-- Once, on the first node: it tells the others.
create database blog character set utf8mb4;

-- The blog: its own database, nothing else.
create user blog@'@clients@' identified by '@password@';
grant select, insert, update, delete, create, drop, index, references on blog.* to blog@'@clients@';

-- HAProxy's check: it can log in without a password, ask for the server's state, and nothing else.
create user haproxy@'@clients@';
