using System.Text.Json.Nodes;

namespace Fablab.MachineSimulator.OctoPrint;

/// <summary>OctoPrint's local storage. Callers have checked names and conflicts; here is what then happens.</summary>
internal sealed partial class PrinterMachine
{
    public bool IsInUse(string path) => IsBusy && Run!.File.Path == path;

    /// <returns>Whether select and print took effect; a busy or offline printer accepts the file and ignores them.</returns>
    public (bool IsSelected, bool IsPrinting) Upload(string path, byte[] content, JsonNode? userdata, bool select, bool print)
    {
        var file = new PrintFile(path, content, _settings.User, userdata, Now);
        Files[path] = file;
        AddFolders(path);
        Raise("FileAdded", Stored(file, "add"));
        Raise("UpdatedFiles", new JsonObject { ["type"] = "printables" });
        var isFree = Phase is PrinterPhase.Operational;
        var isSelected = isFree && (select || print);
        var isPrinting = isFree && print;
        Raise("Upload", new JsonObject
        {
            ["name"] = file.Name,
            ["path"] = path,
            ["target"] = "local",
            ["select"] = select,
            ["print"] = print,
            ["effective_select"] = isSelected,
            ["effective_print"] = isPrinting,
        });
        if (isSelected)
        {
            Select(file);
        }

        if (isPrinting)
        {
            Start();
        }

        return (isSelected, isPrinting);
    }

    public void CreateFolder(string path)
    {
        Folders[path] = Now;
        AddFolders(path);
    }

    public void Copy(PrintFile file, string destination)
    {
        Files[destination] = new PrintFile(destination, file.Content, file.User, file.Userdata?.DeepClone(), Now) { IsAnalysed = file.IsAnalysed };
        AddFolders(destination);
    }

    public void Move(PrintFile file, string destination)
    {
        Files.Remove(file.Path);
        file.Path = destination;
        Files[destination] = file;
        AddFolders(destination);
    }

    public void Delete(PrintFile file)
    {
        Files.Remove(file.Path);
        if (Selected == file)
        {
            Unselect();
        }

        Raise("FileRemoved", Stored(file, "remove"));
        Raise("UpdatedFiles", new JsonObject { ["type"] = "printables" });
    }

    public void DeleteFolder(string path)
    {
        var below = path + "/";
        foreach (var file in Files.Values.Where(file => file.Path.StartsWith(below, StringComparison.Ordinal)).ToList())
        {
            Delete(file);
        }

        foreach (var folder in Folders.Keys.Where(folder => folder == path || folder.StartsWith(below, StringComparison.Ordinal)).ToList())
        {
            Folders.Remove(folder);
        }
    }

    private void AddFolders(string path)
    {
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            Folders.TryAdd(path[..slash], Now);
        }
    }

    private static JsonObject Stored(PrintFile file, string operation) => new()
    {
        ["storage"] = "local",
        ["path"] = file.Path,
        ["name"] = file.Name,
        ["type"] = new JsonArray("machinecode", "gcode"),
        ["operation"] = operation,
    };
}
