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

    /// <summary>Without a subject too: everybody would get a second pseudonym.</summary>
    [Theory]
    [InlineData("pseudonymise, paths: [actor.alternateId], key: secret:people")]
    [InlineData("encrypt-subject, subject: actor.alternateId, paths: [actor.alternateId], key: secret:people")]
    public async Task A_key_that_is_another_than_before_is_a_problem_before_the_next_poll(string action)
    {
        const string Former = "the key that hides people, long enough";
        await using var doctor = await DoctorRun.StartAsync();
        doctor.Run.Set("AUDIT_SECRET_PEOPLE", Former);
        doctor.Run.Write("rows.yaml", SomeRows.Sandbox(doctor.Vendor.BaseUrl, doctor.Siem.BaseUrl).Replace("    pageSize: 10", $"    pageSize: 10\n    processors: \"[{{ action: {action} }}]\"", StringComparison.Ordinal));
        await doctor.Run.DoneAsync("apply", "rows.yaml");
        Assert.Equal("ok", (await KeyAsync(doctor)).Level);
        await doctor.Run.DoneAsync("run", "--until-idle");
        Assert.Equal("ok", (await KeyAsync(doctor)).Level);

        doctor.Run.Set("AUDIT_SECRET_PEOPLE", "another key that hides people, as long");
        var changed = await KeyAsync(doctor);
        Assert.Equal("problem", changed.Level);
        Assert.StartsWith("The value of secret:people is another than the one that was used so far (table SubjectKeys, people/value)", changed.What, StringComparison.Ordinal);

        doctor.Run.Set("AUDIT_SECRET_PEOPLE", Former);
        Assert.Equal("ok", (await KeyAsync(doctor)).Level);
    }

    private static async Task<DoctorRun.Found> KeyAsync(DoctorRun doctor) =>
        Assert.Single((await doctor.ExamineAsync()).Findings, found => found.Check == "secrets" && found.Where.StartsWith("'secret:people'", StringComparison.Ordinal));
}
