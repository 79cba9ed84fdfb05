using System.Text;
using AuditFunctions.Cli;
using AuditFunctions.Cli.Shared;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
return await CommandLine.RunAsync(args, Surroundings.OfThisProcess(), CancellationToken.None);
