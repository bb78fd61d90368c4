using Fablab.Bridge.Runtime;

namespace Fablab.Bridge.Tests.Runtime;

public class A_data_folder
{
    [Test]
    public void Belongs_to_one_bridge_at_a_time()
    {
        var path = Directory.CreateTempSubdirectory("fablab-folder-").FullName;
        using (DataFolder.Take(path))
        {
            Assert.That(() => DataFolder.Take(path), Throws.InstanceOf<IOException>().With.Message.Contains("another bridge"));
        }

        DataFolder.Take(path).Dispose();
        Directory.Delete(path, recursive: true);
    }
}
