using AuditFunctions.Chaos;
using AuditFunctions.Chaos.Plan;

if (ChaosOptions.TryParse(args, out var options) is { } wrong)
{
    await Console.Error.WriteLineAsync(wrong);
    await Console.Error.WriteLineAsync("usage: AuditFunctions.Chaos [--minutes N] [--seed N] [--children 2..4] [--evidence FOLDER]");
    return 2;
}

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
var account = await ChaosRun.RunAsync(options, Console.Out, stop.Token);
return account.Failures.Count == 0 ? 0 : 1;
