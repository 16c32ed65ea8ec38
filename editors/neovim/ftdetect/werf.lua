-- Which files are werf's. `yaml.werf` is YAML to syntax, indent and ftplugin, but not to servers for plain YAML.

local filetype = 'yaml.werf'
local markers = { '.git', '.werf', 'werf.yaml', 'werf.yml', 'werf-giterminism.yaml', 'werf-includes.yaml' }

--- `werf-dev.yaml` is a config in the root of a project only; elsewhere it is somebody's plain YAML.
local function config(path)
  local folder = vim.fs.dirname(vim.fs.normalize(vim.fn.fnamemodify(path, ':p')))
  for _, marker in ipairs(markers) do
    if vim.uv.fs_stat(folder .. '/' .. marker) then
      return filetype
    end
  end
end

vim.filetype.add({
  filename = {
    ['werf.yaml'] = filetype,
    ['werf.yml'] = filetype,
    ['werf-giterminism.yaml'] = filetype,
    ['werf-giterminism.yml'] = filetype,
    ['werf-includes.yaml'] = filetype,
    ['werf-includes.yml'] = filetype,
  },
  pattern = {
    ['.*/%.werf/.*%.tmpl'] = filetype,
    ['.*/werf[^/]*%.inc%.yaml'] = filetype,
    ['.*/werf[^/]*%.ya?ml'] = config,
  },
})
