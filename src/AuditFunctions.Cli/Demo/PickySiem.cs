using AuditFunctions.Sandbox;

namespace AuditFunctions.Cli.Demo;

/// <summary>Makes the demo's SIEM reject a quarter of the events for their content, when asked.</summary>
internal sealed class PickySiem
{
    private volatile bool _rejects;

    /// <summary>Whether it rejects now.</summary>
    public bool Rejects
    {
        get => _rejects;
        set => _rejects = value;
    }

    /// <summary>Ids are random UUIDs: a quarter of them ends in one of these four digits.</summary>
    public EventRefusal? RefusalOf(string id) => _rejects && id[^1] is >= '0' and <= '3' ? EventRefusal.InvalidDataFormat : null;
}
