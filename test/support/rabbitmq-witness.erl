%% RabbitMQ evaluates this file once it has started: it answers questions about itself on a socket in its folder, in milliseconds.
%% rabbitmqctl asks the same functions, and needs a second for each question. A question is an Erlang expression; the answer is JSON.
Answer = fun(Question) ->
  try
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Question)),
    {ok, Expressions} = erl_parse:parse_exprs(Tokens),
    {value, Value, _} = erl_eval:exprs(Expressions, []),
    rabbit_json:encode(#{answer => Value})
  catch
    Class:Reason ->
      Words = io_lib:format("~0p: ~0p", [Class, Reason]),
      rabbit_json:encode(#{error => unicode:characters_to_binary(Words)})
  end
end.
Serve = fun Next(Socket) ->
  case gen_tcp:recv(Socket, 0) of
    {ok, Question} ->
      gen_tcp:send(Socket, Answer(Question)),
      Next(Socket);
    {error, _} ->
      gen_tcp:close(Socket)
  end
end.
Start = fun(Socket, Then) ->
  Server = spawn(fun() ->
    receive go -> Serve(Socket) end,
    Then()
  end),
  ok = gen_tcp:controlling_process(Socket, Server),
  Server ! go
end.
%% The first connection is that of the process which has started RabbitMQ. RabbitMQ does not outlive it, and neither does its port mapper.
End = fun() ->
  os:cmd("kill " ++ os:getenv("TIDINGS_PORT_MAPPER")),
  erlang:halt()
end.
spawn(fun() ->
  Path = os:getenv("TIDINGS_WITNESS"),
  file:delete(Path),
  Options = [{ifaddr, {local, Path}}, binary, {packet, 4}, {active, false}],
  {ok, Listener} = gen_tcp:listen(0, Options),
  io:format("The witness listens.~n"),
  {ok, First} = gen_tcp:accept(Listener),
  Start(First, End),
  (fun Accept() ->
    {ok, Socket} = gen_tcp:accept(Listener),
    Start(Socket, fun() -> ok end),
    Accept()
  end)()
end).
