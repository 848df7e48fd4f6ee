create table orders (id bigint primary key, shipped boolean not null);
