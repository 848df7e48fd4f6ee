#!/usr/bin/env escript
%% -*- erlang -*-
%%! -kernel logger_level none +P 2000000
%% What Supervision, Flood, OneForAll and Crowds measure, of OTP's own supervisor.
%% Writes "name value unit", a line for each.
%% otp.escript children|flood|one-for-all|HOW MANY small|all
-mode(compile).
-behaviour(supervisor).
-export([init/1, start_child/0, start_child/1, start_telling_child/1]).

main([Piece, Size]) ->
    io:format("release ~s~n", [erlang:system_info(otp_release)]),
    process_flag(trap_exit, true),
    measure(Piece, Size).

measure("children", "small") -> start_and_end(1000), restart_one_by_one(1000);
measure("children", "all") -> [begin start_and_end(20000), restart_one_by_one(10000) end || _ <- [1, 2, 3]];
measure("flood", "small") -> restart_flood(1000);
measure("flood", "all") -> restart_flood(10000);
measure("one-for-all", "small") -> one_for_all(1000);
measure("one-for-all", "all") -> [one_for_all(1000) || _ <- [1, 2, 3, 4, 5]];
measure(HowMany, _) -> crowd(list_to_integer(HowMany)).

tell(Name, Value, Unit) -> io:format("~s ~.3f ~s~n", [Name, float(Value), Unit]).

%% Nanoseconds.
timed(What) ->
    From = erlang:monotonic_time(nanosecond),
    What(),
    erlang:monotonic_time(nanosecond) - From.

stop(Supervisor) ->
    exit(Supervisor, shutdown),
    receive {'EXIT', Supervisor, _} -> ok end.

%% ---- the supervisors and their children

init({simple, Restart}) ->
    {ok, {#{strategy => simple_one_for_one, intensity => 1, period => 5},
          [#{id => child, start => {?MODULE, start_child, []}, restart => Restart}]}};
init({Strategy, Children, Observer}) ->
    {ok, {#{strategy => Strategy, intensity => 1000000000, period => 300},
          [#{id => Number, start => {?MODULE, start_telling_child, [Observer]}} || Number <- lists:seq(1, Children)]}}.

start_child() -> start_child(none).

start_child(_Argument) ->
    proc_lib:start_link(erlang, apply, [fun() -> proc_lib:init_ack({ok, self()}), idle() end, []]).

start_telling_child(Observer) ->
    proc_lib:start_link(erlang, apply, [fun() ->
        proc_lib:init_ack({ok, self()}),
        Observer ! {born, self()},
        idle()
    end, []]).

idle() -> receive {'EXIT', _, Reason} -> exit(Reason); _ -> idle() end.

born() -> receive {born, Pid} -> Pid end.

%% ---- what is measured

start_and_end(Times) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {simple, temporary}),
    Nanos = timed(fun() -> start_and_end(Supervisor, Times) end),
    tell("startAndEnd", Nanos / Times, "ns/op"),
    stop(Supervisor).

start_and_end(_, 0) -> ok;
start_and_end(Supervisor, Left) ->
    {ok, Pid} = supervisor:start_child(Supervisor, [argument]),
    ok = supervisor:terminate_child(Supervisor, Pid),
    start_and_end(Supervisor, Left - 1).

restart_one_by_one(Times) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {one_for_one, 1, self()}),
    Nanos = kill(born(), Times, []),
    tell("restartOneByOne", lists:sum(Nanos) / Times, "ns/op"),
    tell("restartOneByOne:first100", lists:sum(lists:sublist(Nanos, 100)) / 100, "ns/op"),
    tell("restartOneByOne:last100", lists:sum(lists:nthtail(Times - 100, Nanos)) / 100, "ns/op"),
    tell("restartOneByOne:p99", lists:nth(Times div 100 * 99, lists:sort(Nanos)), "ns/op"),
    tell("restartOneByOne:longest", lists:max(Nanos), "ns/op"),
    tell("restartOneByOne:median", lists:nth(Times div 2, lists:sort(Nanos)), "ns/op"),
    stop(Supervisor).

kill(_, 0, Nanos) -> lists:reverse(Nanos);
kill(Pid, Left, Nanos) ->
    From = erlang:monotonic_time(nanosecond),
    exit(Pid, kill),
    Next = born(),
    kill(Next, Left - 1, [erlang:monotonic_time(nanosecond) - From | Nanos]).

restart_flood(Children) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {one_for_one, Children, self()}),
    Pids = [born() || _ <- lists:seq(1, Children)],
    Nanos = timed(fun() -> [exit(Pid, kill) || Pid <- Pids], [born() || _ <- Pids] end),
    tell("restartFlood", Nanos / Children, "ns/op"),
    stop(Supervisor).

one_for_all(Children) ->
    {ok, Supervisor} = supervisor:start_link(?MODULE, {one_for_all, Children, self()}),
    Pids = [born() || _ <- lists:seq(1, Children)],
    Nanos = timed(fun() -> exit(hd(Pids), kill), [born() || _ <- Pids] end),
    tell("restartThousand", Nanos / 1.0e6, "ms/op"),
    stop(Supervisor).

crowd(Children) ->
    Name = "crowd-" ++ integer_to_list(Children) ++ ":",
    {ok, Supervisor} = supervisor:start_link(?MODULE, {simple, permanent}),
    Before = erlang:memory(total),
    Start = timed(fun() ->
        [{ok, _} = supervisor:start_child(Supervisor, [argument]) || _ <- lists:seq(1, Children)]
    end),
    tell(Name ++ "start", Start / 1.0e6, "ms"),
    tell(Name ++ "heap", (erlang:memory(total) - Before) / Children, "B/child"),
    tell(Name ++ "whichChildren", fastest(fun() -> supervisor:which_children(Supervisor) end), "ms"),
    tell(Name ++ "countChildren", fastest(fun() -> supervisor:count_children(Supervisor) end), "ms"),
    Stop = timed(fun() -> stop(Supervisor) end),
    tell(Name ++ "stop", Stop / 1.0e6, "ms").

fastest(What) -> lists:min([timed(What) || _ <- lists:seq(1, 11)]) / 1.0e6.
