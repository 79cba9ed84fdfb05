namespace AuditFunctions.Tests.Cli.Doctor;

/// <summary><c>auditfn doctor</c> on the keys of subjects.</summary>
public sealed class DoctorSubjectTests
{
    [Fact]
    public async Task The_keys_of_subjects_are_looked_for_where_a_source_encrypts_by_them()
    {
        await using var doctor = await DoctorRun.StartAsync();
        Assert.DoesNotContain((await doctor.ExamineAsync()).Findings, found => found.Check == "subjects");

        doctor.Run.Set("AUDIT_SECRET_SUBJECTS", "the key of subjects, long enough");
        doctor.Run.Write("rows.yaml", SomeRows.Sandbox(doctor.Vendor.BaseUrl, doctor.Siem.BaseUrl).Replace(
            "    pageSize: 10",
            "    pageSize: 10\n    processors: \"[{ action: encrypt-subject, subject: actor.alternateId, paths: [actor.alternateId], key: secret:subjects }]\"",
            StringComparison.Ordinal));
        await doctor.Run.DoneAsync("apply", "rows.yaml");
        var missing = Assert.Single((await doctor.ExamineAsync()).Findings, found => found.Check == "subjects");
        Assert.Equal("note", missing.Level);
        Assert.Contains("who was forgotten gets a new key", missing.Mend, StringComparison.Ordinal);

        await doctor.Run.DoneAsync("run", "--until-idle");
        var found = Assert.Single((await doctor.ExamineAsync()).Findings, found => found.Check == "subjects");
        Assert.Equal(("ok", "can be read; 1 source encrypts by subject"), (found.Level, found.What));
    }
}
