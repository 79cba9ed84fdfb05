using AuditFunctions.Configuration;
using AuditFunctions.Events;
using AuditFunctions.Sources.Processors.Keys;
using AuditFunctions.Sources.Processors.Redact;
using AuditFunctions.Sources.Processors.Subjects;
using AuditFunctions.Sources.Settings;

namespace AuditFunctions.Sources.Processors.EncryptSubject;

/// <summary>
/// Encrypts values with the data key of the event's subject, so that destroying that key forgets him wherever the event went. The same event gives the same
/// bytes. Without a subject the key that stands for nobody is taken: nothing goes on in plain text.
/// </summary>
internal sealed class EncryptSubjectProcessor(FieldPath subject, HiddenFields fields, IReadOnlyList<DatedKey> keys, bool ignoreCase) : IProcessor
{
    private readonly FieldPath[] _subject = [subject];

    /// <summary>Its place in the catalog.</summary>
    public static ProcessorEntry Entry { get; } = new(
        "encrypt-subject",
        "`subject`: the path that says whose event it is; `paths`; `key` or `keys` as for `pseudonymise`; `ignoreCase`, for the subject",
        "Encrypts the values at the paths with a data key of the subject's own: destroying it forgets him in every copy. See [subjects](#subjects).",
        Read);

    /// <inheritdoc/>
    public bool Hides => true;

    /// <inheritdoc/>
    public ProcessorOutcome Apply(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        var name = NameIn(json, call);
        var paths = fields.In(call);
        var copied = 0;
        var id = "";
        SubjectKey? key = null;
        foreach (ref readonly var field in call.Search.Find(json, paths))
        {
            if (RedactedValue.SaysNothing(field.Slice(json)))
            {
                continue;
            }

            if (key is null)
            {
                var chosen = DatedKeys.At(keys, call.Time);
                id = chosen.Id;
                key = call.Page.Subjects.Find(SubjectId.Of(chosen.Secret, call.Page.Key(chosen.Secret), name, ignoreCase));
                if (key is null)
                {
                    return call.Fail("the subject's data key was not read");
                }
            }

            call.Output.Write(json[copied..field.ValueStart]);
            call.Output.WriteText(key.IsDestroyed ? SubjectText.Forgotten : key.Encrypt(field.Value(json), id, paths[field.Path].ToString(), call.Key).ToString());
            copied = field.ValueEnd;
        }

        return call.End(json, copied);
    }

    // Of several values the first that says something; an object or array counts as it is spelt.
    private string NameIn(ReadOnlySpan<byte> json, ProcessorCall call)
    {
        foreach (ref readonly var field in call.Search.Find(json, _subject))
        {
            if (!RedactedValue.SaysNothing(field.Slice(json)))
            {
                return JsonText.Unescape(json, field.Slice(json));
            }
        }

        return "";
    }

    private static EncryptSubjectProcessor Read(SettingReader reader, ProcessorSettings settings)
    {
        var subject = reader.Field("subject");
        var keys = DatedKeys.Read(reader, settings);
        foreach (var key in keys)
        {
            settings.SubjectSecrets.Add(key.Secret);
        }

        var fields = HiddenFields.Read(reader, settings);
        if (settings.Before.Select(step => step.Processor).OfType<EncryptSubjectProcessor>().Any(earlier => earlier.Encrypts(subject)))
        {
            reader.Problems.Add(reader.At("subject"), $"is '{subject}', which an entry before this one encrypts: name all paths of a subject in one entry.");
        }

        return new EncryptSubjectProcessor(subject, fields, keys, reader.Flag("ignoreCase") ?? false);
    }

    private bool Encrypts(FieldPath path) => fields.Has(path);
}
