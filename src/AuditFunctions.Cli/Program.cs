using AuditFunctions.Cli.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };
await using var host = SelfHost.Create(configuration, logging => logging.AddSimpleConsole(o => o.SingleLine = true).SetMinimumLevel(LogLevel.Warning));
var undone = await host.RunUntilIdleAsync(stop.Token);
foreach (var line in undone) Console.WriteLine(line);
return undone.Count == 0 ? 0 : 1;
