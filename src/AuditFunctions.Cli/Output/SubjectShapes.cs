using AuditFunctions.Operations.Subjects;

namespace AuditFunctions.Cli.Output;

/// <summary>What the keys know of a subject.</summary>
internal sealed record SubjectListShape(IReadOnlyList<SubjectShape> Keys);

/// <summary>A subject's row.</summary>
internal sealed record SubjectShape(string Key, bool IgnoresCase, string? Tag, DateTimeOffset? MadeAt, DateTimeOffset? ForgottenAt)
{
    public static SubjectShape Of(InstalledSubject row) => new(row.Key.Value, row.IgnoresCase, row.Tag, row.MadeAt, row.ForgottenAt);
}

/// <summary>How many data keys were destroyed.</summary>
internal sealed record ForgottenShape(int Destroyed);
