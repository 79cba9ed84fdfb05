namespace Microsoft.Azure.Functions.Worker.Middleware;

/// <summary>Runs an invocation, or what is left of it.</summary>
public delegate Task FunctionExecutionDelegate(FunctionContext context);
