using System.CommandLine.Parsing;

namespace AuditFunctions.Cli.Shared;

/// <summary>The words of a command, from the root on.</summary>
internal static class CommandPath
{
    extension(CommandResult result)
    {
        /// <summary>Such as <c>auditfn</c>, <c>sources</c>, <c>list</c>.</summary>
        public IEnumerable<string> Path() => result.Parent is CommandResult parent ? parent.Path().Append(result.Command.Name) : [result.Command.Name];
    }
}
