#!/usr/bin/env escript
%% -*- erlang -*-
%%! -kernel logger_level none +P 2000000
%% What HandOver and OneByOne measure, of a pool built as ppool in "Learn You Some Erlang" is: a server that counts its
%% free places, a supervisor of simple_one_for_one beside it that starts a temporary worker for each task, monitors by
%% which the server learns of a worker's end, and a queue for those that come when no place is free. Written anew after
%% the book's description.
%% Writes "name value unit", a line for each.
%% lyse.escript million|one-by-one small|all
-mode(compile).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).
-export([start_worker/1, work/2]).

-define(LIMIT, 10).

main([Piece, Size]) ->
    io:format("release ~s~n", [erlang:system_info(otp_release)]),
    process_flag(trap_exit, true),
    measure(Piece, Size).

measure("million", Size) ->
    Async = case Size of "small" -> 10000; "all" -> 1000000 end,
    million("aMillion.LYSE_ASYNC_QUEUE", fun async_queue/2, Async),
    million("aMillion.LYSE_SYNC_QUEUE", fun sync_queue/2, Async div 20);
measure("one-by-one", Size) ->
    Times = case Size of "small" -> 1000; "all" -> 40000 end,
    one_by_one("oneByOne.LYSE_ASYNC_QUEUE", fun async_queue/2, Times),
    one_by_one("oneByOne.LYSE_SYNC_QUEUE", fun sync_queue/2, Times),
    one_by_one("oneByOne.LYSE_RUN", fun run/2, Times).

tell(Name, Metric, Value, Unit) -> io:format("~s:~s ~.3f ~s~n", [Name, Metric, float(Value), Unit]).

%% ---- what is measured

%% From the first that is handed over until the last has run.
million(Name, How, Tasks) ->
    Pool = open(),
    Left = counters:new(1, [atomics]),
    counters:put(Left, 1, Tasks),
    Me = self(),
    From = erlang:monotonic_time(nanosecond),
    hand_over(Pool, How, fun() -> counters:sub(Left, 1, 1), tell_if_zero(Left, Me) end, Tasks),
    receive zero -> ok end,
    tell(Name, "task", (erlang:monotonic_time(nanosecond) - From) / Tasks, "ns/op"),
    close(Pool).

hand_over(_, _, _, 0) -> ok;
hand_over(Pool, How, Task, Left) -> How(Pool, Task), hand_over(Pool, How, Task, Left - 1).

tell_if_zero(Left, Who) ->
    case counters:get(Left, 1) of
        0 -> Who ! zero;
        _ -> ok
    end.

%% Each when the one before has run.
one_by_one(Name, How, Times) ->
    Pool = open(),
    Me = self(),
    Task = fun() -> Me ! ran end,
    Nanos = lists:sort(one_by_one(Pool, How, Task, Times, [])),
    tell(Name, "task", lists:sum(Nanos) / Times, "ns/op"),
    [tell(Name, "wait." ++ Which, lists:nth(max(1, round(Times * Share)), Nanos), "ns")
        || {Which, Share} <- [{"p50.0", 0.5}, {"p99.0", 0.99}, {"p99.9", 0.999}, {"longest", 1}]],
    close(Pool).

one_by_one(_, _, _, 0, Nanos) -> Nanos;
one_by_one(Pool, How, Task, Left, Nanos) ->
    From = erlang:monotonic_time(nanosecond),
    case How(Pool, Task) of
        noalloc -> error(no_place_is_free);
        _ -> ok
    end,
    receive ran -> ok end,
    one_by_one(Pool, How, Task, Left - 1, [erlang:monotonic_time(nanosecond) - From | Nanos]).

%% ---- the pool: this module is both servers' call-backs, told apart by what init is given

open() ->
    {ok, Workers} = supervisor:start_link(?MODULE, workers),
    {ok, Server} = gen_server:start_link(?MODULE, {server, Workers}, []),
    {Server, Workers}.

close({Server, Workers}) ->
    [begin unlink(Pid), exit(Pid, kill) end || Pid <- [Server, Workers]],
    ok.

run({Server, _}, Task) -> gen_server:call(Server, {run, Task}, infinity).
sync_queue({Server, _}, Task) -> gen_server:call(Server, {sync, Task}, infinity).
async_queue({Server, _}, Task) -> gen_server:cast(Server, {async, Task}).

init(workers) ->
    {ok, {#{strategy => simple_one_for_one, intensity => 5, period => 3600},
          [#{id => worker, start => {?MODULE, start_worker, []}, restart => temporary, shutdown => 5000}]}};
init({server, Workers}) ->
    {ok, {?LIMIT, Workers, gb_sets:empty(), queue:new()}}.

handle_call({run, Task}, _, {Free, Workers, Running, Waiting}) when Free > 0 ->
    {Pid, Now} = start(Task, Workers, Running),
    {reply, {ok, Pid}, {Free - 1, Workers, Now, Waiting}};
handle_call({run, _}, _, State) ->
    {reply, noalloc, State};
handle_call({sync, Task}, _, {Free, Workers, Running, Waiting}) when Free > 0 ->
    {Pid, Now} = start(Task, Workers, Running),
    {reply, {ok, Pid}, {Free - 1, Workers, Now, Waiting}};
handle_call({sync, Task}, From, {Free, Workers, Running, Waiting}) ->
    {noreply, {Free, Workers, Running, queue:in({From, Task}, Waiting)}}.

handle_cast({async, Task}, {Free, Workers, Running, Waiting}) when Free > 0 ->
    {_, Now} = start(Task, Workers, Running),
    {noreply, {Free - 1, Workers, Now, Waiting}};
handle_cast({async, Task}, {Free, Workers, Running, Waiting}) ->
    {noreply, {Free, Workers, Running, queue:in({nobody, Task}, Waiting)}}.

handle_info({'DOWN', Monitor, process, _, _}, {Free, Workers, Running, Waiting} = State) ->
    case gb_sets:is_element(Monitor, Running) of
        true -> {noreply, next({Free, Workers, gb_sets:delete(Monitor, Running), Waiting})};
        false -> {noreply, State}
    end;
handle_info(_, State) -> {noreply, State}.

terminate(_, _) -> ok.

next({Free, Workers, Running, Waiting}) ->
    case queue:out(Waiting) of
        {{value, {Who, Task}}, Rest} ->
            {Pid, Now} = start(Task, Workers, Running),
            case Who of
                nobody -> ok;
                From -> gen_server:reply(From, {ok, Pid})
            end,
            {Free, Workers, Now, Rest};
        {empty, _} ->
            {Free + 1, Workers, Running, Waiting}
    end.

start(Task, Workers, Running) ->
    {ok, Pid} = supervisor:start_child(Workers, [Task]),
    {Pid, gb_sets:add(erlang:monitor(process, Pid), Running)}.

start_worker(Task) -> proc_lib:start_link(?MODULE, work, [self(), Task]).

work(Parent, Task) ->
    proc_lib:init_ack(Parent, {ok, self()}),
    Task().
