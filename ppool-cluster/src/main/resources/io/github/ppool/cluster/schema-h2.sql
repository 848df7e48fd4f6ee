-- The tables of ppool-cluster on H2, version 1. May run again.
create table if not exists ppool_version (
    component varchar(40) not null primary key,
    version integer not null
);

insert into ppool_version (component, version)
    select 'cluster', 1 where not exists (select 1 from ppool_version where component = 'cluster');

create table if not exists ppool_node (
    incarnation uuid not null primary key,
    name varchar(200) not null,
    since timestamp(9) with time zone not null,
    expires timestamp(9) with time zone not null,
    draining boolean not null
);

-- One row for each permit; rows are never deleted, because their tokens must grow.
create table if not exists ppool_permit (
    name varchar(200) not null,
    slot integer not null,
    token bigint default 0 not null,
    holder uuid references ppool_node (incarnation),
    since timestamp(9) with time zone,
    rests_until timestamp(9) with time zone,
    hand_over boolean default false not null,
    primary key (name, slot)
);

create table if not exists ppool_wish (
    name varchar(200) not null,
    holder uuid not null references ppool_node (incarnation) on delete cascade,
    wanted integer not null,
    primary key (name, holder)
);

-- One row for each rate of the cluster: the shares of the nodes, as a text that one node after the other replaces.
create table if not exists ppool_cluster_rate (
    name varchar(200) not null primary key,
    version bigint not null,
    ledger varchar(1000000) not null
);

-- One row for each broadcast to the workers of all nodes. Any node removes it when its time to be kept is over.
create table if not exists ppool_broadcast (
    id uuid not null primary key,
    pool varchar(200) not null,
    name varchar(200) not null,
    payload varchar(1000000),
    within_millis bigint not null,
    sent timestamp(9) with time zone not null,
    begin_until timestamp(9) with time zone not null,
    kept_until timestamp(9) with time zone not null,
    ended boolean not null
);

-- One row for each node that a broadcast asks. No foreign key to the node: the answer of a dead one stays.
create table if not exists ppool_broadcast_node (
    incarnation uuid not null,
    broadcast uuid not null references ppool_broadcast (id) on delete cascade,
    node varchar(200) not null,
    answer varchar(2000),
    primary key (incarnation, broadcast)
);
