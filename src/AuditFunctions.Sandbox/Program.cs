using System.Runtime.InteropServices;
using AuditFunctions.Sandbox;

using var ended = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
return await Standalone.RunAsync(args, Console.In, Console.Out, Console.Error, ended.Token);

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ended.Cancel();
}
