#!/usr/bin/env escript
%% -*- erlang -*-
%%! -kernel logger_level none
%% What Calls, Sends and Ring measure, of OTP's gen_server and of bare processes.
%% Writes "name value unit", a line for each.
%% otp-processes.escript call-1|call-8|send|ring small|all
-mode(compile).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

main([Piece, Size]) ->
    io:format("release ~s~n", [erlang:system_info(otp_release)]),
    {Times, Warm, Count} = case Size of "small" -> {1000, 1, 1}; "all" -> {times(Piece), 3, 5} end,
    [measure(Piece, Times) || _ <- lists:seq(1, Warm)],
    [io:format("~s ~.3f ns/op~n", [Piece, measure(Piece, Times) / Times]) || _ <- lists:seq(1, Count)].

times("call-1") -> 80000;
times("call-8") -> 80000;
times("send") -> 1000000;
times("ring") -> 100000.

measure("call-1", Times) -> calls(1, Times);
measure("call-8", Times) -> calls(8, Times);
measure("send", Times) -> sends(Times);
measure("ring", Times) -> hops(Times).

%% Nanoseconds, on a process of its own, whose heap is fresh.
timed(What) ->
    Self = self(),
    spawn_link(fun() ->
        From = erlang:monotonic_time(nanosecond),
        What(),
        Self ! {took, erlang:monotonic_time(nanosecond) - From}
    end),
    receive {took, Nanos} -> Nanos end.

%% ---- a server that counts

init(Count) -> {ok, Count}.

handle_call(More, _From, Count) -> {reply, Count + More, Count + More}.

handle_cast(_, Count) -> {noreply, Count}.

calls(Callers, Times) ->
    {ok, Server} = gen_server:start_link(?MODULE, 0, []),
    Nanos = timed(fun() ->
        Caller = fun() -> call(Server, Times div Callers) end,
        Monitors = [element(2, spawn_monitor(Caller)) || _ <- lists:seq(1, Callers)],
        [receive {'DOWN', Monitor, _, _, normal} -> ok end || Monitor <- Monitors]
    end),
    Times = gen_server:call(Server, 0),
    gen_server:stop(Server),
    Nanos.

call(_, 0) -> ok;
call(Server, Left) -> gen_server:call(Server, 1), call(Server, Left - 1).

%% ---- messages, and a ring of a hundred

sends(Times) ->
    timed(fun() ->
        Self = self(),
        Sink = spawn_link(fun() -> take(Self) end),
        send(Sink, Times - 1),
        receive arrived -> ok end
    end).

send(_, Left) when Left < 0 -> ok;
send(Sink, Left) -> Sink ! Left, send(Sink, Left - 1).

take(Observer) -> receive 0 -> Observer ! arrived; _ -> take(Observer) end.

hops(Times) ->
    Self = self(),
    First = spawn_link(fun() -> receive {next, Next} -> member(Next, Self) end end),
    Last = lists:foldl(fun(_, Next) -> spawn_link(fun() -> member(Next, Self) end) end, First, lists:seq(1, 99)),
    First ! {next, Last},
    From = erlang:monotonic_time(nanosecond),
    First ! Times,
    receive arrived -> ok end,
    erlang:monotonic_time(nanosecond) - From.

member(Next, Observer) -> receive 0 -> Observer ! arrived; Left -> Next ! Left - 1 end, member(Next, Observer).
