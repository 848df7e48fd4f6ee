-- The tables of ppool-cluster on PostgreSQL, version 1.
-- May run again and by several nodes at once. As a migration, the lines are copied as they are, the lock included or
-- not.
select pg_advisory_xact_lock(7377106925401);

create table if not exists ppool_version (
    component varchar(40) not null primary key,
    version integer not null
);

insert into ppool_version (component, version) values ('cluster', 1) on conflict do nothing;

-- One row for each node and life of it; each heartbeat updates one. No index on expires: such updates stay on the page.
create table if not exists ppool_node (
    incarnation uuid not null primary key,
    name varchar(200) not null,
    since timestamp with time zone not null,
    expires timestamp with time zone not null,
    draining boolean not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One row for each permit; rows are never deleted, because their tokens must grow.
create table if not exists ppool_permit (
    name varchar(200) not null,
    slot integer not null,
    token bigint not null default 0,
    holder uuid references ppool_node,
    since timestamp with time zone,
    rests_until timestamp with time zone,
    hand_over boolean not null default false,
    primary key (name, slot)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

create table if not exists ppool_wish (
    name varchar(200) not null,
    holder uuid not null references ppool_node on delete cascade,
    wanted integer not null,
    primary key (name, holder)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One row for each rate of the cluster: the shares of the nodes, as a text that one node after the other replaces.
create table if not exists ppool_cluster_rate (
    name varchar(200) not null primary key,
    version bigint not null,
    ledger text not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One row for each broadcast to the workers of all nodes. Any node removes it when its time to be kept is over.
create table if not exists ppool_broadcast (
    id uuid not null primary key,
    pool varchar(200) not null,
    name varchar(200) not null,
    payload text,
    within_millis bigint not null,
    sent timestamp with time zone not null,
    begin_until timestamp with time zone not null,
    kept_until timestamp with time zone not null,
    ended boolean not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- One row for each node that a broadcast asks. No foreign key to the node: the answer of a dead one stays.
create table if not exists ppool_broadcast_node (
    incarnation uuid not null,
    broadcast uuid not null references ppool_broadcast (id) on delete cascade,
    node varchar(200) not null,
    answer varchar(2000),
    primary key (incarnation, broadcast)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
